package io.shiplog.command.control.view;

import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Generated names as from the API server, but drawn from a seed: a repeated plan creates nothing twice. */
public final class GeneratedNames {
    /** Kubernetes' own: no vowels and no look-alikes, so that no words and no confusion arise. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_CHARS = 5;
    private static final int MAX_PREFIX_CHARS = 63 - SUFFIX_CHARS;

    private GeneratedNames() {}

    /**
     * This many different names that no object of the type has in the owner's namespace. The same owner on the same image gets the
     * same names. Any change of the cluster changes the seed: the next plan does not collide with names of the last one.
     *
     * @param owner of the new objects
     * @param prefix with its hyphen; truncated if the name would be too long
     */
    public static List<String> of(StoredObject owner, Image image, ResourceType type, String prefix, int count) {
        String namespace = owner.key().namespace();
        return of(
                prefix,
                31L * owner.uid().hashCode() + prefix.hashCode() + image.revision("events"),
                count,
                name -> image.get(ObjectKey.of(type, namespace, name)) == null);
    }

    private static List<String> of(String prefix, long seed, int count, Predicate<String> free) {
        String stem = prefix.length() <= MAX_PREFIX_CHARS ? prefix : prefix.substring(0, MAX_PREFIX_CHARS);
        SplittableRandom random = new SplittableRandom(seed);
        List<String> names = new ArrayList<>(count);
        Set<String> taken = new HashSet<>();
        while (names.size() < count) {
            StringBuilder name = new StringBuilder(stem);
            for (int i = 0; i < SUFFIX_CHARS; i++) {
                name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            if (free.test(name.toString()) && taken.add(name.toString())) {
                names.add(name.toString());
            }
        }
        return names;
    }
}
