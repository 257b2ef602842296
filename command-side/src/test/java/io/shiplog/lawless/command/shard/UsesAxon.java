package io.shiplog.lawless.command.shard;

import org.axonframework.messaging.core.Metadata;

public final class UsesAxon {
    public Metadata metadata() {
        return Metadata.emptyInstance();
    }
}
