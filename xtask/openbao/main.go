// Command openbao is OpenBao for tests: its own core and its own HTTP API with the engines that Leat uses, without the command
// line, the web pages and the clients of every cloud, which would be four fifths of what there is to compile.
//
// `cargo xtask services` builds and starts it; tests that stop a server start one of their own. It unseals itself: with a
// folder for its data it comes back with everything after a crash, without one it keeps everything in memory.
package main

import (
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/openbao/openbao/audit"
	auditFile "github.com/openbao/openbao/builtin/audit/file"
	"github.com/openbao/openbao/builtin/credential/approle"
	"github.com/openbao/openbao/builtin/credential/userpass"
	"github.com/openbao/openbao/builtin/logical/database"
	"github.com/openbao/openbao/builtin/logical/kv"
	"github.com/openbao/openbao/builtin/logical/pki"
	"github.com/openbao/openbao/builtin/logical/rabbitmq"
	"github.com/openbao/openbao/builtin/logical/ssh"
	"github.com/openbao/openbao/helper/namespace"
	api "github.com/openbao/openbao/http"
	"github.com/openbao/openbao/internalshared/configutil"
	"github.com/openbao/openbao/plugins/database/postgresql"
	"github.com/openbao/openbao/sdk/v2/helper/consts"
	"github.com/openbao/openbao/sdk/v2/logical"
	"github.com/openbao/openbao/sdk/v2/physical"
	"github.com/openbao/openbao/sdk/v2/physical/file"
	"github.com/openbao/openbao/sdk/v2/physical/inmem"
	"github.com/openbao/openbao/vault"
)

// choices are what the command line says.
type choices struct {
	address, data, token, cert, key string
}

func main() {
	var chosen choices
	flag.StringVar(&chosen.address, "address", "127.0.0.1:8200", "where to listen")
	flag.StringVar(&chosen.data, "data", "", "folder for what is kept; without one it is kept in memory")
	flag.StringVar(&chosen.token, "token", "", "the root token")
	flag.StringVar(&chosen.cert, "cert", "", "file of the certificate; without one the server speaks plain HTTP")
	flag.StringVar(&chosen.key, "key", "", "file of the certificate's key")
	flag.Parse()
	if err := serve(&chosen); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func serve(chosen *choices) error {
	if chosen.token == "" {
		return errors.New("-token is missing")
	}
	core, err := open(chosen)
	if err != nil {
		return err
	}
	if err := unseal(core, chosen); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", chosen.address)
	if err != nil {
		return err
	}
	handler := api.Handler.Handler(&vault.HandlerProperties{
		Core:           core,
		ListenerConfig: &configutil.Listener{Type: "tcp", Address: chosen.address},
	})
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	told, forget := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer forget()
	go func() {
		<-told.Done()
		server.Close()
	}()
	if chosen.cert != "" {
		err = server.ServeTLS(listener, chosen.cert, chosen.key)
	} else {
		err = server.Serve(listener)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return core.Shutdown()
}

// open makes the core, which is sealed.
func open(chosen *choices) (*vault.Core, error) {
	logger := hclog.New(&hclog.LoggerOptions{Output: os.Stderr, Level: hclog.Info})
	storage, err := storage(chosen.data, logger)
	if err != nil {
		return nil, err
	}
	return vault.NewCore(&vault.CoreConfig{
		Physical:           storage,
		Logger:             logger,
		DisableCache:       false,
		BuiltinRegistry:    builtins{},
		LogicalBackends:    map[string]logical.Factory{"database": database.Factory, "kv": kv.Factory},
		CredentialBackends: map[string]logical.Factory{},
		AuditBackends:      map[string]audit.Factory{"file": auditFile.Factory},
		RedirectAddr:       "http://" + chosen.address,
		ClusterName:        "leat-tests",
		DefaultLeaseTTL:    time.Hour,
		MaxLeaseTTL:        32 * 24 * time.Hour,
	})
}

func storage(data string, logger hclog.Logger) (physical.Backend, error) {
	if data == "" {
		return inmem.NewInmem(nil, logger)
	}
	return file.NewFileBackend(map[string]string{"path": filepath.Join(data, "storage")}, logger)
}

// unseal makes a new core ready and gives it the root token, or opens an older one with the key that lies beside its data.
func unseal(core *vault.Core, chosen *choices) error {
	ctx := context.Background()
	keyFile := filepath.Join(chosen.data, "unseal-key")
	initialized, err := core.Initialized(ctx)
	if err != nil {
		return err
	}
	if initialized {
		text, err := os.ReadFile(keyFile)
		if err != nil {
			return err
		}
		key, err := hex.DecodeString(string(text))
		if err != nil {
			return err
		}
		_, err = core.Unseal(key)
		return err
	}
	config := vault.SealConfig{SecretShares: 1, SecretThreshold: 1}
	made, err := core.Initialize(ctx, &vault.InitParams{BarrierConfig: &config})
	if err != nil {
		return err
	}
	key := made.SecretShares[0]
	if chosen.data != "" {
		if err := os.WriteFile(keyFile, []byte(hex.EncodeToString(key)), 0o600); err != nil {
			return err
		}
	}
	if _, err := core.Unseal(key); err != nil {
		return err
	}
	return giveToken(core, made.RootToken, chosen.token)
}

// giveToken makes the root token the one that was asked for.
func giveToken(core *vault.Core, root, wanted string) error {
	ctx := namespace.ContextWithNamespace(context.Background(), namespace.RootNamespace)
	_, err := core.HandleRequest(ctx, &logical.Request{
		ID:          "root-token",
		Operation:   logical.UpdateOperation,
		ClientToken: root,
		Path:        "auth/token/create",
		Data: map[string]interface{}{
			"id":                wanted,
			"policies":          []string{"root"},
			"no_parent":         true,
			"no_default_policy": true,
		},
	})
	if err != nil {
		return err
	}
	_, err = core.HandleRequest(ctx, &logical.Request{
		ID:          "first-root-token",
		Operation:   logical.UpdateOperation,
		ClientToken: root,
		Path:        "auth/token/revoke-self",
	})
	return err
}

// builtins are the plugins that can be mounted.
type builtins struct{}

var (
	credentials = map[string]logical.Factory{"approle": approle.Factory, "userpass": userpass.Factory}
	engines     = map[string]logical.Factory{
		"kv":       kv.Factory,
		"pki":      pki.Factory,
		"rabbitmq": rabbitmq.Factory,
		"ssh":      ssh.Factory,
	}
	databases = map[string]func() (interface{}, error){"postgresql-database-plugin": postgresql.New}
)

func (builtins) Get(name string, kind consts.PluginType) (func() (interface{}, error), bool) {
	switch kind {
	case consts.PluginTypeCredential:
		factory, known := credentials[name]
		return func() (interface{}, error) { return factory, nil }, known
	case consts.PluginTypeSecrets:
		factory, known := engines[name]
		return func() (interface{}, error) { return factory, nil }, known
	case consts.PluginTypeDatabase:
		make, known := databases[name]
		return make, known
	default:
		return nil, false
	}
}

func (all builtins) Contains(name string, kind consts.PluginType) bool {
	_, known := all.Get(name, kind)
	return known
}

func (builtins) Keys(kind consts.PluginType) []string {
	var names []string
	switch kind {
	case consts.PluginTypeCredential:
		for name := range credentials {
			names = append(names, name)
		}
	case consts.PluginTypeSecrets:
		for name := range engines {
			names = append(names, name)
		}
	case consts.PluginTypeDatabase:
		for name := range databases {
			names = append(names, name)
		}
	}
	return names
}

func (all builtins) DeprecationStatus(name string, kind consts.PluginType) (consts.DeprecationStatus, bool) {
	if all.Contains(name, kind) {
		return consts.Supported, true
	}
	return consts.Unknown, false
}
