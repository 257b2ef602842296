package io.shiplog.command.control.view;

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
     * This many different names.
     *
     * @param prefix with its hyphen; truncated if the name would be too long
     * @param free whether a name is unused
     */
    public static List<String> of(String prefix, long seed, int count, Predicate<String> free) {
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
