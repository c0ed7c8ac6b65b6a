// Made by `make rules` from deploy/prometheus/source.yaml: change that.
{
  _config+:: {
    documentation: 'https://example.com/goproxy_exporter/docs',
    dashboards: 'https://grafana.example.com',
    exporter: 'https://goproxy-exporter.example.com',
  },

  local links(text) = std.foldl(
    function(done, pair) std.strReplace(done, pair[0], pair[1]),
    [
      ['https://example.com/goproxy_exporter/docs', $._config.documentation],
      ['https://grafana.example.com', $._config.dashboards],
      ['https://goproxy-exporter.example.com', $._config.exporter],
    ],
    text
  ),
  local rules = std.parseYaml(links(importstr 'goproxy.rules.yaml')).groups,
  local only(kind) = {
    groups: std.filter(
      function(group) std.length(group.rules) > 0,
      [
        group { rules: std.filter(function(rule) std.objectHas(rule, kind), group.rules) }
        for group in rules
      ]
    ),
  },

  prometheusRules+:: only('record'),
  prometheusAlerts+:: only('alert'),
  grafanaDashboards+:: {
    'goproxy-chains.json': import '../../grafana/goproxy-chains.json',
    'goproxy-exporter.json': import '../../grafana/goproxy-exporter.json',
    'goproxy-freshness.json': import '../../grafana/goproxy-freshness.json',
    'goproxy-integrity.json': import '../../grafana/goproxy-integrity.json',
    'goproxy-mirror.json': import '../../grafana/goproxy-mirror.json',
    'goproxy-overview.json': import '../../grafana/goproxy-overview.json',
    'goproxy-tls.json': import '../../grafana/goproxy-tls.json',
  },
}
