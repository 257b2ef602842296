package io.shiplog.docker.launch.assembly;

import io.shiplog.events.object.ResourceType;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reports encrypted objects that cannot be read because their data keys are missing, and what restores the keys. */
public final class MissingKeys {
    private static final Pattern SAMPLE =
            Pattern.compile("^shiplog_sealed_objects_unreadable\\{resource=\"([^\"]+)\"} ([0-9]+)$", Pattern.MULTILINE);

    private MissingKeys() {}

    /**
     * The message for the user.
     *
     * @param unreadable how many objects of each resource cannot be read
     * @return empty if all can be read
     */
    public static Optional<String> text(String cluster, SortedMap<String, Integer> unreadable) {
        int all = unreadable.values().stream().mapToInt(Integer::intValue).sum();
        String byResource = unreadable.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> each.getKey() + ": " + each.getValue())
                .collect(Collectors.joining(", "));
        return all == 0
                ? Optional.empty()
                : Optional.of(
                        "%d encrypted objects cannot be read (%s): their data keys are missing from the topic %s.keys. To restore them from a backup: './shiplog down', './shiplog keys import FILE'"
                                .formatted(all, byResource, cluster));
    }

    /** The value in a gateway's {@code /metrics}. */
    public static SortedMap<String, Integer> ofMetrics(String metrics) {
        SortedMap<String, Integer> unreadable = new TreeMap<>();
        Matcher sample = SAMPLE.matcher(metrics);
        while (sample.find()) {
            unreadable.put(sample.group(1), Integer.valueOf(sample.group(2)));
        }
        return unreadable;
    }

    /** By their names in messages and metrics. */
    static SortedMap<String, Integer> named(Map<ResourceType, Integer> byType) {
        SortedMap<String, Integer> named = new TreeMap<>();
        byType.forEach((type, count) -> named.put(type.qualified(), count));
        return named;
    }
}
