package io.shiplog.docker.history.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.client.ApiResource;
import io.shiplog.projections.history.Users;
import io.shiplog.projections.history.text.ChangeText;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The objects that the changes of a range are about, and which of them only controllers and nodes made and changed. */
public final class Touched {
    /** Kinds that nodes and controllers write all the time, without an owner. */
    private static final Set<String> REPORTS =
            Set.of("events", "events.events.k8s.io", "leases.coordination.k8s.io", "endpoints");

    private final TreeSet<Type> types = new TreeSet<>();
    private final Set<String> byUsers = new HashSet<>();
    private final Set<String> madeByControllers = new HashSet<>();

    /** A resource of the API, ordered by name. */
    public record Type(String plural, String group) implements Comparable<Type> {
        @Override
        public int compareTo(Type other) {
            int byPlural = plural.compareTo(other.plural);
            return byPlural != 0 ? byPlural : group.compareTo(other.group);
        }

        private String key(String name) {
            return plural + "." + group + "/" + name;
        }
    }

    public void add(JsonNode change) {
        JsonNode object = change.path("object");
        Type type =
                new Type(object.path("resource").asText(), object.path("group").asText());
        if (type.plural().isEmpty()) {
            return; // A record that cannot be decoded.
        }
        types.add(type);
        String key = type.key(object.path("name").asText());
        if (Users.asked(change)) {
            byUsers.add(key);
        } else if (ChangeText.happened(change).equals("created")) {
            madeByControllers.add(key);
        }
    }

    public TreeSet<Type> types() {
        return types;
    }

    /** Whether no user changed an object in the range, and a controller or node made it. */
    public boolean isOfControllers(
            ApiResource resource, String name, @Nullable JsonNode before, @Nullable JsonNode after) {
        String key = new Type(resource.plural(), resource.group()).key(name);
        return !byUsers.contains(key)
                && (madeByControllers.contains(key)
                        || REPORTS.contains(resource.qualified())
                        || hasController(before)
                        || hasController(after));
    }

    private static boolean hasController(@Nullable JsonNode object) {
        if (object != null) {
            for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
                if (owner.path("controller").asBoolean(false)) {
                    return true;
                }
            }
        }
        return false;
    }
}
