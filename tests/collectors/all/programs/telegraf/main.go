// Runs Telegraf's netflow plugin alone, with its default settings, and prints what it makes of each flow as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/inputs/netflow"
	"github.com/influxdata/telegraf/testutil"
)

type printer struct {
	telegraf.Accumulator
	mutex sync.Mutex
	out   *json.Encoder
}

func (p *printer) AddMetric(metric telegraf.Metric) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.out.Encode(metric.Fields())
}

func (*printer) AddError(err error) { fmt.Fprintln(os.Stderr, err) }

// The arguments are the address, such as udp://127.0.0.1:2055, and the protocol.
func main() {
	plugin := &netflow.NetFlow{ServiceAddress: os.Args[1], Protocol: os.Args[2], Log: testutil.Logger{}}
	if err := plugin.Init(); err != nil {
		panic(err)
	}
	if err := plugin.Start(&printer{out: json.NewEncoder(os.Stdout)}); err != nil {
		panic(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	plugin.Stop()
}
