//go:build tools

package real

import (
	_ "github.com/goproxy/goproxy/cmd/goproxy"
)
