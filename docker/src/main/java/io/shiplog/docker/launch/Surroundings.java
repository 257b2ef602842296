package io.shiplog.docker.launch;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.docker.home.ShiplogHome;
import io.shiplog.docker.pki.ClusterPki;
import io.shiplog.events.kind.BuiltInKinds;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.LiveImage;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every role of a cluster stands on: settings, keys, the log, and the image that it adds up to.
 */
record Surroundings(
        ShiplogHome home, ClusterSettings settings, ClusterPki pki, Shards shards, LiveImage image, Clock clock) {

    /** The kinds that are served now. */
    Supplier<KindCatalogue> kinds() {
        return BuiltInKinds::catalogue;
    }

    static @Nullable KindDescription kind(ResourceType type) {
        return BuiltInKinds.catalogue().get(type);
    }

    /** What ServiceAccount tokens name as their issuer, as Kubernetes' default does. */
    static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
}
