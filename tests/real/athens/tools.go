//go:build tools

package real

import _ "github.com/gomods/athens/cmd/proxy"
