{{- define "goproxy-exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "goproxy-exporter.fullname" -}}
{{- $name := include "goproxy-exporter.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "goproxy-exporter.selector" -}}
app.kubernetes.io/name: {{ include "goproxy-exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "goproxy-exporter.labels" -}}
{{ include "goproxy-exporter.selector" . }}
{{ include "goproxy-exporter.origin" . }}
{{- end -}}

{{- define "goproxy-exporter.origin" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- /* The scheduled inspection. Kubernetes allows its name 52 characters; a release that is called so is not called so twice. */ -}}
{{- define "goproxy-exporter.inspection" -}}
{{- $name := include "goproxy-exporter.fullname" . | trimSuffix "-inspection" -}}
{{- printf "%s-inspection" ($name | trunc 41 | trimSuffix "-") -}}
{{- end -}}

{{- /* Another name than the daemon's: the Service must not send a scrape to a job. */ -}}
{{- define "goproxy-exporter.inspection.selector" -}}
app.kubernetes.io/name: {{ printf "%s-inspection" (include "goproxy-exporter.name" . | trunc 52 | trimSuffix "-") }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "goproxy-exporter.inspection.labels" -}}
{{ include "goproxy-exporter.inspection.selector" . }}
{{ include "goproxy-exporter.origin" . }}
{{- end -}}

{{- /* What hands Alertmanager's messages to robots. */ -}}
{{- define "goproxy-exporter.relay" -}}
{{- printf "%s-relay" (include "goproxy-exporter.fullname" . | trunc 57 | trimSuffix "-") -}}
{{- end -}}

{{- /* Another name than the daemon's, whose selectors may not change and know no component: no scrape goes to a relay. */ -}}
{{- define "goproxy-exporter.relay.selector" -}}
app.kubernetes.io/name: {{ printf "%s-relay" (include "goproxy-exporter.name" . | trunc 57 | trimSuffix "-") }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: relay
{{- end -}}

{{- define "goproxy-exporter.relay.labels" -}}
{{ include "goproxy-exporter.relay.selector" . }}
{{ include "goproxy-exporter.origin" . }}
{{- end -}}

{{- define "goproxy-exporter.image" -}}
{{- $image := .Values.image.repository -}}
{{- with .Values.image.registry }}{{ $image = printf "%s/%s" . $image }}{{ end -}}
{{- if .Values.image.digest -}}
{{ $image }}@{{ .Values.image.digest }}
{{- else -}}
{{ $image }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "goproxy-exporter.account" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "goproxy-exporter.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- /* Is the configuration somebody else's object? */ -}}
{{- define "goproxy-exporter.foreign" -}}
{{- if or .Values.existingConfig.secret .Values.existingConfig.configMap -}}yes{{- end -}}
{{- end -}}
