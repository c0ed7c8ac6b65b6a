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
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "goproxy-exporter.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
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

{{- define "goproxy-exporter.claim" -}}
{{- .Values.persistence.existingClaim | default (include "goproxy-exporter.fullname" .) -}}
{{- end -}}

{{- /* Is the configuration somebody else's object? */ -}}
{{- define "goproxy-exporter.foreign" -}}
{{- if or .Values.existingConfig.secret .Values.existingConfig.configMap -}}yes{{- end -}}
{{- end -}}

{{- /* How the kubelet asks for a path: with a web configuration it could not log in, so it only connects. */ -}}
{{- define "goproxy-exporter.asks" -}}
{{- $root := first . -}}
{{- if $root.Values.webConfig.existingSecret -}}
tcpSocket: {port: http}
{{- else -}}
httpGet: {path: {{ last . }}, port: http}
{{- end -}}
{{- end -}}
