package io.shiplog.lawless.command.shard;

import io.vertx.lawless.Loop;

public final class UsesVertx {
    public Loop loop() {
        return new Loop();
    }
}
