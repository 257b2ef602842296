package io.shiplog.docker.launch;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.docker.pki.Identity;
import io.shiplog.events.command.http.HttpCommandPort;
import io.shiplog.events.kind.BuiltInKinds;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.log.EventLog;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.LiveImage;
import io.shiplog.projections.history.LogHistory;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every role of a cluster stands on: settings, keys, the log, and what it adds up to.
 */
record Surroundings(
        ShiplogHome home,
        ClusterSettings settings,
        ClusterPki pki,
        Shards shards,
        Projections projections,
        Clock clock) {

    LiveImage image() {
        return projections.image();
    }

    LogHistory history() {
        return projections.history();
    }

    /** The kinds that are served now. */
    Supplier<KindCatalogue> kinds() {
        return BuiltInKinds::catalogue;
    }

    static @Nullable KindDescription kind(ResourceType type) {
        return BuiltInKinds.catalogue().get(type);
    }

    /** The way to whoever writes the log, in another process: found through the newest claim, anew for each attempt. */
    HttpCommandPort writer(Identity as) {
        return new HttpCommandPort(
                () -> shards.main().newestClaim().map(EventLog.Claim::address).orElse(""), pki.identify(as), PATIENCE);
    }

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** What ServiceAccount tokens name as their issuer, as Kubernetes' default does. */
    static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
}
