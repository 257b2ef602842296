package io.shiplog.command.control;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.Cluster;
import io.shiplog.command.bootstrap.BootstrapConfig;
import io.shiplog.command.control.certificates.FakeAuthority;
import io.shiplog.command.control.loop.Controller;
import io.shiplog.command.token.TokenConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControllersTest {
    private static final String FORGETS = "event-ttl-controller";

    @Test
    void eventsAreForgottenAfterTheirTime() {
        assertTrue(names(Optional.of(Duration.ofHours(1))).contains(FORGETS));
    }

    @Test
    void withoutATimeNothingIsForgotten() {
        assertFalse(names(Optional.empty()).contains(FORGETS));
    }

    private static List<String> names(Optional<Duration> eventTtl) {
        ControllersConfig config = new ControllersConfig(
                () -> true,
                type -> "events",
                new BootstrapConfig("10.96.0.1", "10.96.0.10", List.of("172.18.0.1"), 6443, "10.96.0.0/12"),
                new FakeAuthority(),
                new TokenConfig("https://shiplog", Cluster.KEYS.getPrivate(), "k1"),
                new ClusterNetworks("10.244.0.0/16"),
                ControllersConfig.NODE_MONITOR_GRACE,
                eventTtl);
        return Controllers.all(config, io.shiplog.projections.usage.UsageSource.NONE).stream()
                .map(Controller::name)
                .toList();
    }
}
