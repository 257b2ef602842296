package io.shiplog.docker.pki;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A properties file of a Kafka client: one setting per line, a line break in a value written as {@code \n}, so that a program
 * in any language can split it at the first equals sign.
 */
public final class ClientFile {
    private ClientFile() {}

    /** The text of the file, sorted by setting. */
    public static String text(Map<String, String> settings) {
        return new TreeMap<>(settings)
                .entrySet().stream()
                        .map(each -> each.getKey() + "="
                                + each.getValue().replace("\\", "\\\\").replace("\n", "\\n"))
                        .collect(Collectors.joining("\n", "", "\n"));
    }
}
