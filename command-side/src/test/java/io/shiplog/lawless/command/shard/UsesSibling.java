package io.shiplog.lawless.command.shard;

import io.shiplog.gateway.lawless.Door;

public final class UsesSibling {
    public Door door() {
        return new Door();
    }
}
