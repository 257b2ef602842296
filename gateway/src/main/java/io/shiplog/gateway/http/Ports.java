package io.shiplog.gateway.http;

import io.shiplog.events.command.CommandPort;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.projections.access.Authorizer;
import io.shiplog.projections.history.LogHistory;
import io.shiplog.projections.image.ImageSource;
import io.shiplog.projections.travel.TimeTravel;
import io.shiplog.projections.watch.WatchSource;
import java.time.InstantSource;

/** The ports of the gateway to the rest of the process. */
public record Ports(
        ImageSource images,
        WatchSource watches,
        TimeTravel timeTravel,
        LogHistory history,
        CommandPort commands,
        Authorizer authorizer,
        InstantSource clock) {
    /** The kinds that the cluster serves now. */
    public KindCatalogue kinds() {
        return images.current().kinds();
    }
}
