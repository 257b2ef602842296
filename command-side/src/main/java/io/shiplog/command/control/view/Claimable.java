package io.shiplog.command.control.view;

import io.shiplog.events.object.LabelSelector;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.Index;
import io.shiplog.projections.image.Indexes;
import io.shiplog.projections.image.StoredObject;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The objects that a controller's object may claim, found by indexes: a plan costs what the object owns and what it may adopt, however
 * many other objects its namespace has.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents">Owners and dependents</a>
 */
public final class Claimable {
    private Claimable() {}

    /**
     * The objects that name an owner, and the orphans that its selector selects.
     *
     * @param type whose objects are claimed
     * @param owner in whose namespace they are
     * @return in the order of their keys
     */
    public static Collection<StoredObject> by(
            Image image, ResourceType type, StoredObject owner, LabelSelector selector) {
        SortedMap<ObjectKey, StoredObject> found = new TreeMap<>();
        for (StoredObject owned : image.dependents(owner)) {
            if (owned.key().type().equals(type)
                    && owned.key().namespace().equals(owner.key().namespace())) {
                found.put(owned.key(), owned);
            }
        }
        orphans(image, type, owner.key().namespace(), selector).forEach(orphan -> found.put(orphan.key(), orphan));
        return found.values();
    }

    /**
     * The objects of a namespace without a controller that a selector selects; an empty selector selects none. Among the labels that the
     * selector demands, the rarest finds them.
     *
     * @return in the order of their keys
     */
    public static List<StoredObject> orphans(Image image, ResourceType type, String namespace, LabelSelector selector) {
        if (selector.isEmpty()) {
            return List.of();
        }
        Index<String> orphans = Indexes.orphans(type);
        String key = demanded(namespace, selector)
                .min(Comparator.comparingInt(each -> image.count(orphans, each)))
                .orElse(Indexes.orphan(namespace));
        return image.by(orphans, key).stream()
                .filter(object -> selector.matches(object.labels()))
                .toList();
    }

    private static Stream<String> demanded(String namespace, LabelSelector selector) {
        return Stream.concat(
                selector.labels().entrySet().stream()
                        .map(label -> Indexes.orphan(namespace, label.getKey(), label.getValue())),
                selector.requirements().stream()
                        .filter(each ->
                                each.operator().equals("In") && each.values().size() == 1)
                        .map(each -> Indexes.orphan(
                                namespace, each.key(), each.values().iterator().next())));
    }
}
