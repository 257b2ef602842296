package io.shiplog.docker.client;

import java.util.Collection;
import java.util.Comparator;

/** The word that a mistyped word probably means. */
public final class Suggestion {
    /** Of a word's letters, one in this many may differ; at least one may. */
    private static final int LETTERS_PER_TYPO = 3;

    private Suggestion() {}

    /**
     * {@code ; did you mean "dana"?}, to be appended to a message.
     *
     * @param candidates the known words
     * @return empty if none of them is similar
     */
    public static String of(String typed, Collection<String> candidates) {
        return candidates.stream()
                .distinct()
                .filter(each -> distance(typed, each) <= Math.max(1, typed.length() / LETTERS_PER_TYPO))
                .min(Comparator.<String>comparingInt(each -> distance(typed, each))
                        .thenComparing(Comparator.naturalOrder()))
                .map("; did you mean \"%s\"?"::formatted)
                .orElse("");
    }

    /**
     * How many letters to add, remove, replace or swap with their neighbour.
     *
     * @see <a href="https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance">Optimal string alignment distance</a>
     */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                cost[i][j] = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
