package io.shiplog.lawless.command.decide;

import java.util.UUID;

public final class DrawsLots {
    public UUID lot() {
        return UUID.randomUUID();
    }
}
