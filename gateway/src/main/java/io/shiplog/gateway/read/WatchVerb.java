package io.shiplog.gateway.read;

import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.Query;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.select.Selection;
import io.shiplog.gateway.view.Form;
import io.shiplog.gateway.view.ServedKind;
import io.shiplog.projections.image.Image;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@code GET …?watch=true}: from any revision in the log. A watch of the past begins with the state of its moment and then
 * stays silent until its timeout: nothing changes any more.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">Watching</a>
 */
public final class WatchVerb {
    /** A watch without a timeout ends somewhere between this and twice this, so that not all end at once. */
    private static final Duration SHORTEST_DEFAULT = Duration.ofMinutes(30);

    /** The maximum timeout; the client can then watch again. */
    public static final Duration LONGEST = SHORTEST_DEFAULT.multipliedBy(2);

    private final Set<WatchFrames> open = ConcurrentHashMap.newKeySet();
    private final FrameCache frames = new FrameCache();

    /** The parameters of a watch. */
    record Asked(
            ServedKind served,
            Selection selection,
            Form form,
            ReadOptions options,
            boolean bookmarks,
            Duration timeout) {}

    /** Begins a watch. */
    public void watch(Exchange exchange, ServedKind served) {
        exchange.checked(asked(exchange, served), asked -> {
            String shard = served.kind().shard();
            boolean fromRevision = asked.options().initialEvents() != ReadOptions.InitialEvents.YES
                    && asked.options().revision() > 0;
            if (fromRevision && exchange.now()) {
                begin(exchange, asked, null);
            } else {
                asked.options().withImage(exchange, shard, image -> begin(exchange, asked, image));
            }
        });
    }

    private void begin(Exchange exchange, Asked asked, @org.jspecify.annotations.Nullable Image image) {
        exchange.stream(opening -> {
            WatchStream stream = new WatchStream(exchange, asked, image, frames, opening);
            open.add(stream.frames());
            exchange.atEnd(() -> {
                open.remove(stream.frames());
                stream.frames().close();
            });
            stream.start();
        });
    }

    /** The number of running watches. */
    public int running() {
        return open.size();
    }

    /** Ends every watch as a timeout does, so that clients resume elsewhere. */
    public void endAll() {
        open.forEach(WatchFrames::endSoon);
    }

    private static Checked<Asked> asked(Exchange exchange, ServedKind served) {
        Query query = exchange.query();
        return Selection.of(
                        query,
                        served.kind(),
                        exchange.info().namespace(),
                        exchange.info().name())
                .then(selection -> Form.of(
                                exchange, served, exchange.accepted().as().equals("PartialObjectMetadataList"))
                        .then(form -> ReadOptions.ofWatch(query)
                                .then(options -> timeout(query)
                                        .map(timeout -> new Asked(
                                                served,
                                                selection,
                                                form,
                                                options,
                                                query.flag("allowWatchBookmarks"),
                                                timeout)))));
    }

    /** The duration of a watch: as requested, at most {@link #LONGEST}. */
    public static Checked<Duration> timeout(Query query) {
        return query.number("timeoutSeconds").map(seconds -> {
            Long asked = seconds.value();
            return asked != null && asked > 0
                    ? Duration.ofSeconds(Math.min(asked, LONGEST.toSeconds()))
                    : SHORTEST_DEFAULT.plusMillis(ThreadLocalRandom.current().nextLong(SHORTEST_DEFAULT.toMillis()));
        });
    }
}
