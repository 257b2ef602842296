package io.shiplog.lawless.command.shard;

import org.apache.kafka.lawless.Producer;

public final class UsesKafka {
    public Producer producer() {
        return new Producer();
    }
}
