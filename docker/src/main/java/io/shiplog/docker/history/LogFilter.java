package io.shiplog.docker.history;

import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.history.query.PastChanges;
import io.shiplog.docker.history.query.Scope;
import io.shiplog.docker.history.query.Target;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.EventVerb;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The filter of a history.
 *
 * @param target one object, or all of a kind; null for everything
 * @param actor the user's full name; null for all
 * @param command the correlation of a user's command; null for all
 */
record LogFilter(
        @Nullable Target target,
        Scope scope,
        @Nullable String actor,
        @Nullable String verb,
        @Nullable String what,
        @Nullable String command) {
    private static final List<String> VERBS = EventVerb.words();

    /** @throws ClientException if no command has this verb */
    static @Nullable String knownVerb(@Nullable String verb) {
        if (verb == null || VERBS.contains(verb)) {
            return verb;
        }
        throw new ClientException("there is no verb '%s': they are %s".formatted(verb, String.join(", ", VERBS)));
    }

    /** @throws ClientException if no change type has this name */
    static @Nullable String knownWord(@Nullable String word) {
        if (word == null
                || Arrays.stream(ChangeType.values())
                        .anyMatch(each -> each.word().equals(word))) {
            return word;
        }
        throw new ClientException("there is no change type '%s': they are %s"
                .formatted(
                        word,
                        Arrays.stream(ChangeType.values()).map(ChangeType::word).collect(Collectors.joining(", "))));
    }

    boolean isEmpty() {
        return target == null && scope.isEverywhere() && !isNarrowed();
    }

    boolean isOneObject() {
        return target != null && !target.name().isEmpty() && !isNarrowed();
    }

    private boolean isNarrowed() {
        return actor != null || verb != null || what != null || command != null;
    }

    /** {@code deployment/web}; empty if the history is not about one object. */
    String shownTarget() {
        return target == null ? "" : target.shown();
    }

    /** The query with these conditions. */
    PastChanges on(PastChanges changes) {
        if (target != null) {
            changes.of(target);
        }
        if (actor != null) {
            changes.where("actor", actor);
        }
        if (verb != null) {
            changes.where("verb", verb);
        }
        if (what != null) {
            changes.where("type", what);
        }
        if (command != null) {
            changes.where("correlation", command);
        }
        return changes;
    }

    /** Empty for all namespaces, and for a cluster-scoped object. */
    String namespace() {
        return scope.namespace();
    }

    /**
     * Called if there was nothing to show: distinguishes a namespace, an object or command that never existed, which is a typo,
     * from one without changes.
     *
     * @throws ClientException if one of them never existed
     */
    void requireKnown(KubeApi api, String shard) {
        scope.requireKnown(api);
        if (target != null
                && !target.name().isEmpty()
                && !ever(api, shard).of(target).any()) {
            throw new ClientException("%s was never in the log, in %s%s"
                    .formatted(
                            target.shown(),
                            scope.shown(),
                            scope.given() ? "" : ": give -n NAME for another namespace"));
        }
        if (command != null && !ever(api, shard).where("correlation", command).any()) {
            throw new ClientException(
                    "no command has the id '%s' in %s: give %s".formatted(command, scope.shown(), scope.others()));
        }
    }

    private PastChanges ever(KubeApi api, String shard) {
        return new PastChanges(api, namespace()).with("shard", shard).with("order", "newest");
    }
}
