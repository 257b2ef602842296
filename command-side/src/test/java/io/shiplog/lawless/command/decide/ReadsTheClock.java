package io.shiplog.lawless.command.decide;

import java.time.Instant;

public final class ReadsTheClock {
    public Instant moment() {
        return Instant.now();
    }
}
