package io.shiplog.projections.history.index;

import io.shiplog.events.log.EventLog;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.history.LogHistoryContract;
import io.shiplog.projections.history.ScannedHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** With an index a history answers as it does without. */
class IndexedHistoryTest extends LogHistoryContract {
    private final List<AutoCloseable> opened = new ArrayList<>();

    @Override
    protected LogHistory history(Map<String, EventLog> logs) {
        EventLog log = java.util.Objects.requireNonNull(logs.get(SHARD));
        SegmentIndex index = SegmentIndex.start(log, SegmentStore.NONE);
        ScannedHistory history = new ScannedHistory(logs, Map.of(SHARD, index));
        index.complete().join();
        opened.add(history);
        opened.add(index);
        return history;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }
}
