package io.shiplog.lawless.command.shard;

import io.shiplog.command.decide.write.Decision;
import java.util.List;

public final class KnowsRules {
    public List<Decision> decisions() {
        return List.of();
    }

    public boolean happened(Decision decision) {
        return decision instanceof Decision.Changed;
    }
}
