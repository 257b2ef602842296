package io.shiplog.command.control.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.seal.Seal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One of the objects that had a name, from the log.
 *
 * @param keyIds of the data keys of its events
 * @param sealed the number of its encrypted events
 * @param plain the number of its events from before its kind was encrypted
 */
record PastLife(String uid, Set<String> keyIds, int sealed, int plain) {
    PastLife {
        keyIds = Set.copyOf(keyIds);
    }

    /** Groups the events of one name by object, in the order of creation. */
    static List<PastLife> of(List<Event> events) {
        Map<String, List<Event>> byUid = new LinkedHashMap<>();
        for (Event event : events) {
            String uid = Json.ofUtf8(event.object().atRest())
                    .tree()
                    .at("/metadata/uid")
                    .asText();
            byUid.computeIfAbsent(uid, u -> new ArrayList<>()).add(event);
        }
        return byUid.entrySet().stream()
                .map(life -> of(life.getKey(), life.getValue()))
                .toList();
    }

    private static PastLife of(String uid, List<Event> events) {
        Set<String> keyIds = new TreeSet<>();
        int sealed = 0;
        for (Event event : events) {
            String keyId = Seal.keyId(event.object());
            if (keyId != null) {
                keyIds.add(keyId);
                sealed++;
            }
        }
        return new PastLife(uid, keyIds, sealed, events.size() - sealed);
    }

    /** Its form in {@code status.shredded}. */
    ObjectNode json(ShredTarget target) {
        ObjectNode json = target.json().put("uid", uid).put("events", sealed);
        return plain == 0 ? json : json.put("plainEvents", plain);
    }
}
