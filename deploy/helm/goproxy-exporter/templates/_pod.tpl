{{- /* What the pods of the daemon, of the inspection and of the relay have in common. */ -}}

{{- /* Who they are, and what they may not. */ -}}
{{- define "goproxy-exporter.pod" -}}
serviceAccountName: {{ include "goproxy-exporter.account" . }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "goproxy-exporter.program" -}}
image: {{ include "goproxy-exporter.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{- define "goproxy-exporter.mounts" -}}
- {name: config, mountPath: /etc/goproxy_exporter, readOnly: true}
- {name: state, mountPath: /var/lib/goproxy_exporter}
- {name: tmp, mountPath: /tmp}
{{- if .Values.existingSecret }}
- {name: secrets, mountPath: /run/secrets/goproxy_exporter, readOnly: true}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "goproxy-exporter.volumes" -}}
- name: config
  {{- if .Values.existingConfig.secret }}
  secret: {secretName: {{ .Values.existingConfig.secret }}}
  {{- else }}
  configMap: {name: {{ .Values.existingConfig.configMap | default (include "goproxy-exporter.fullname" .) }}}
  {{- end }}
# Archives of more than 1 MiB lie here while they are looked at.
- {name: tmp, emptyDir: {sizeLimit: 1Gi}}
{{- with .Values.existingSecret }}
- name: secrets
  secret: {secretName: {{ . }}}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* A folder that outlives pods, or one that does not; of (persistence, the name of its claim). Wrong files may need 512 MiB. */ -}}
{{- define "goproxy-exporter.state" -}}
{{- $persistence := index . 0 -}}
- name: state
  {{- if $persistence.enabled }}
  persistentVolumeClaim: {claimName: {{ $persistence.existingClaim | default (index . 1) }}}
  {{- else }}
  emptyDir: {sizeLimit: 1Gi}
  {{- end }}
{{- end -}}

{{- define "goproxy-exporter.claim" -}}
accessModes: [ReadWriteOnce]
{{- with .storageClassName }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests: {storage: {{ .size }}}
{{- end -}}

{{- define "goproxy-exporter.placement" -}}
{{- range $key := list "nodeSelector" "tolerations" "affinity" "topologySpreadConstraints" "dnsConfig" "hostAliases" "priorityClassName" }}
{{- with index $.Values $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
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

{{- /* To whom a pod may speak. */ -}}
{{- define "goproxy-exporter.egress" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
- ports:
    {{- range .ports }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- with .extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end -}}
