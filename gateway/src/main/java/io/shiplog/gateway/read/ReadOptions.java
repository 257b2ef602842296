package io.shiplog.gateway.read;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Cause;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.gateway.http.Exchange;
import io.shiplog.gateway.http.InvalidOptions;
import io.shiplog.gateway.http.Query;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.gateway.view.ServedKind;
import io.shiplog.projections.image.Image;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * How recent the state of a read must be.
 *
 * @param revision the requested {@code resourceVersion}; {@link #NEWEST} if none, 0 for any
 * @param exact whether it must be exactly that revision ({@code resourceVersionMatch=Exact})
 * @param limit the size of a page, 0 for no paging
 * @param continueToken of the previous page, or empty
 * @param initialEvents {@code sendInitialEvents} of a watch
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions">Resource versions</a>
 */
public record ReadOptions(long revision, boolean exact, long limit, String continueToken, InitialEvents initialEvents) {
    static final long NEWEST = -1;
    private static final String OPTIONS = "ListOptions";
    private static final String INVALID_VERSION = "invalid resource version: ";

    /** How long a read waits for a revision that is in the future; as kube-apiserver. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Whether a watch begins with the existing objects. */
    enum InitialEvents {
        UNSAID,
        YES,
        NO
    }

    public static Checked<ReadOptions> ofList(Query query) {
        return query.numbers("limit", "timeoutSeconds")
                .then(decoded -> query.has("sendInitialEvents")
                        ? forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list")
                        : of(query));
    }

    static Checked<ReadOptions> ofWatch(Query query) {
        return query.numbers("limit", "timeoutSeconds").then(decoded -> {
            String match = query.text("resourceVersionMatch");
            if (query.has("sendInitialEvents") && !match.equals("NotOlderThan")) {
                return forbidden(
                        "resourceVersionMatch",
                        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
            }
            if (!match.isEmpty() && !query.has("sendInitialEvents")) {
                return forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            }
            return switch (of(query)) {
                case Checked.Ok<ReadOptions> ok -> ok;
                case Checked.Refused<ReadOptions>(Refusal refusal) -> Checked.refused(invalidOfWatch(refusal));
            };
        });
    }

    private static Checked<ReadOptions> of(Query query) {
        String version = query.text("resourceVersion");
        String match = query.text("resourceVersionMatch");
        String token = query.text("continue");
        return revision(version)
                .then(revision -> query.number("limit").then(limit -> {
                    if (!match.isEmpty() && !match.equals("Exact") && !match.equals("NotOlderThan")) {
                        return InvalidOptions.unsupported(
                                OPTIONS,
                                "resourceVersionMatch",
                                '"' + match + '"',
                                "\"Exact\", \"NotOlderThan\", \"\"");
                    }
                    if (!match.isEmpty() && !token.isEmpty()) {
                        return forbidden(
                                "resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
                    }
                    if (!match.isEmpty() && version.isEmpty() && !query.has("sendInitialEvents")) {
                        return forbidden(
                                "resourceVersionMatch",
                                "resourceVersionMatch is forbidden unless resourceVersion is provided");
                    }
                    if (match.equals("Exact") && revision == 0) {
                        return forbidden(
                                "resourceVersionMatch",
                                "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
                    }
                    if (!token.isEmpty() && revision > 0) {
                        return Checked.bad("specifying resource version is not allowed when using continue");
                    }
                    long page = limit.value() == null ? 0 : Math.max(0, limit.value());
                    // The legacy rule of the table in Kubernetes' documentation: a page of a revision means exactly
                    // that
                    // revision.
                    boolean exact = match.equals("Exact") || match.isEmpty() && page > 0 && revision > 0;
                    InitialEvents initial = !query.has("sendInitialEvents")
                            ? InitialEvents.UNSAID
                            : query.flag("sendInitialEvents") ? InitialEvents.YES : InitialEvents.NO;
                    return Checked.ok(new ReadOptions(revision, exact, page, token, initial));
                }));
    }

    /** What a watch answers to an invalid version: Kubernetes does not find it before it has begun. */
    private static Refusal invalidOfWatch(Refusal refusal) {
        return refusal.reason() == Reason.BAD_REQUEST && refusal.message().startsWith(INVALID_VERSION)
                ? Refusal.of(Reason.UNKNOWN, refusal.message().substring(INVALID_VERSION.length()))
                : refusal;
    }

    private static Checked<Long> revision(String text) {
        if (text.isEmpty()) {
            return Checked.ok(NEWEST);
        }
        if (text.chars().allMatch(c -> c >= '0' && c <= '9') && text.length() <= 18) {
            return Checked.ok(Long.parseLong(text));
        }
        return Checked.bad(INVALID_VERSION
                + "resourceVersion: Invalid value: \"%s\": strconv.ParseUint: parsing \"%s\": invalid syntax"
                        .formatted(text, text));
    }

    private static <T> Checked<T> forbidden(String field, String why) {
        return InvalidOptions.of(OPTIONS, field, "FieldValueForbidden", "Forbidden: " + why);
    }

    /** The image for a get: the newest, or any that is recent enough. */
    static void ofGet(Exchange exchange, ServedKind served, Consumer<Image> then) {
        String shard = served.kind().shard();
        String asked = exchange.query().text("resourceVersion");
        if (asked.isEmpty()) {
            exchange.withImage(shard, then);
        } else {
            exchange.checked(revision(asked), revision -> notOlderThan(exchange, shard, revision, then));
        }
    }

    /** The image for these options; the caller handles {@link #exact}. */
    void withImage(Exchange exchange, String shard, Consumer<Image> then) {
        if (revision == NEWEST) {
            exchange.withImage(shard, then);
        } else {
            notOlderThan(exchange, shard, revision, then);
        }
    }

    private static void notOlderThan(Exchange exchange, String shard, long revision, Consumer<Image> then) {
        if (!exchange.now()) {
            exchange.withImage(shard, image -> {
                if (image.revision(shard) < revision) {
                    exchange.refuse(tooLarge(revision, image.revision(shard)));
                } else {
                    then.accept(image);
                }
            });
            return;
        }
        Image current = exchange.ports().images().current();
        if (current.revision(shard) >= revision) {
            then.accept(current);
            return;
        }
        CompletableFuture<Image> reached = exchange.ports()
                .images()
                .atLeast(shard, revision)
                .toCompletableFuture()
                .copy();
        long timer = exchange.context().owner().setTimer(PATIENCE.toMillis(), late -> reached.cancel(false));
        var unused = reached.whenComplete((image, failure) -> exchange.context().runOnContext(ignored -> {
            exchange.context().owner().cancelTimer(timer);
            if (failure == null) {
                exchange.guarded(() -> then.accept(image));
            } else {
                exchange.refuse(
                        tooLarge(revision, exchange.ports().images().current().revision(shard)));
            }
        }));
    }

    static Refusal tooLarge(long asked, long current) {
        return new Refusal(
                Reason.TIMEOUT,
                "Too large resource version: %d, current: %d".formatted(asked, current),
                null,
                null,
                List.of(new Cause("ResourceVersionTooLarge", "Too large resource version", "")),
                1);
    }
}
