package io.shiplog.events.log.memory;

import io.shiplog.events.log.EventLog;
import io.shiplog.events.log.EventLogContract;
import java.time.Clock;

class InMemoryEventLogTest extends EventLogContract {
    private final InMemoryEventLog log = new InMemoryEventLog("events", Clock.systemUTC());

    @Override
    protected EventLog open() {
        return log;
    }
}
