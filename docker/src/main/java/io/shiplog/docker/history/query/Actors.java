package io.shiplog.docker.history.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Suggestion;
import io.shiplog.projections.history.text.ChangeText;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Display names and user names. */
public final class Actors {
    private static final String CONTROLLER = "system:serviceaccount:kube-system:";
    /** How many of the newest changes are searched for users of a similar name. */
    private static final int LOOK_BACK = 5_000;

    private Actors() {}

    /**
     * The user of a typed name: a full name, or a controller's displayed one.
     *
     * @param expected whether the user may be one that has not changed anything yet
     * @throws ClientException if no user of that name changed anything in the scope
     */
    public static String named(String typed, KubeApi api, Scope scope, String shard, boolean expected) {
        for (String each : typed.contains(":") ? List.of(typed) : List.of(typed, CONTROLLER + typed)) {
            if (changes(api, scope, shard).where("actor", each).any()) {
                return each;
            }
        }
        if (expected) {
            return typed;
        }
        scope.requireKnown(api);
        throw new ClientException("no user '%s' ever changed anything in %s%s"
                .formatted(typed, scope.shown(), Suggestion.of(typed, seen(api, scope, shard))));
    }

    private static Set<String> seen(KubeApi api, Scope scope, String shard) {
        return changes(api, scope, shard).with("fields", "false").first(LOOK_BACK).stream()
                .map((JsonNode change) -> change.path("actor").asText(""))
                .filter(actor -> !actor.isEmpty())
                .map(ChangeText::actor)
                .collect(Collectors.toSet());
    }

    private static PastChanges changes(KubeApi api, Scope scope, String shard) {
        return new PastChanges(api, scope.namespace()).with("shard", shard).with("order", "newest");
    }
}
