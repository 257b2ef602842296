package io.shiplog.projections.image;

import io.shiplog.events.object.ResourceType;
import io.shiplog.events.seal.Keyring;
import io.shiplog.events.seal.Seal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts the encrypted objects of an image that cannot be opened because their data keys are missing. */
public final class UnreadableObjects {
    private UnreadableObjects() {}

    /**
     * One pass over the image; nothing is decrypted.
     *
     * @param keys which are known; shredded ones do not count as missing
     * @return how many objects of each type cannot be opened, 0 for types whose encrypted objects all open; types without encrypted objects
     *     are left out
     * @throws io.shiplog.events.log.EventLog.LogUnavailableException if there are keys that this process does not know and the key store
     *     cannot be read
     */
    public static SortedMap<ResourceType, Integer> count(Image image, Keyring keys) {
        Map<ResourceType, List<String>> needed = new HashMap<>();
        for (ResourceType type : image.types()) {
            for (StoredObject object : image.list(type)) {
                String keyId = Seal.keyId(object.json());
                if (keyId != null) {
                    needed.computeIfAbsent(type, of -> new ArrayList<>()).add(keyId);
                }
            }
        }
        SortedMap<ResourceType, Integer> counts = new TreeMap<>();
        Set<String> missing =
                keys.missing(needed.values().stream().flatMap(List::stream).toList());
        needed.forEach((type, ids) ->
                counts.put(type, (int) ids.stream().filter(missing::contains).count()));
        return Collections.unmodifiableSortedMap(counts);
    }
}
