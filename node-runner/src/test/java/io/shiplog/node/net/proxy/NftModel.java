package io.shiplog.node.net.proxy;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What nft's maps hold after scripts of element commands: as strict as the kernel about what is there and what is not. */
final class NftModel {
    private static final Pattern ELEMENTS = Pattern.compile("^(add|delete) element ip (\\S+) (\\S+) \\{ (.*) }$");

    private final Map<String, String> elements = new TreeMap<>();

    Map<String, String> elements() {
        return elements;
    }

    void apply(String script) {
        script.lines().forEach(this::applyLine);
    }

    private void applyLine(String line) {
        if (line.startsWith("delete table")) {
            elements.clear();
        }
        Matcher matcher = ELEMENTS.matcher(line);
        if (!matcher.matches()) {
            return;
        }
        for (String element : matcher.group(4).split(", ")) {
            String[] parts = element.split(" : ", 2);
            String key = matcher.group(3) + " " + parts[0];
            String value = parts.length == 2 ? parts[1] : "";
            if (matcher.group(1).equals("add")) {
                if (elements.putIfAbsent(key, value) != null) {
                    throw new AssertionError("added twice: " + line);
                }
            } else if (!elements.remove(key, value)) {
                throw new AssertionError("deleted, but not there: " + line);
            }
        }
    }
}
