package io.shiplog.docker.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/** The objects of a load: of one kind, numbered, about 2 KB each, one in a hundred with the same label value. */
final class BenchObjects {
    private static final int OBJECT_BYTES = 2_048;
    private static final int NAME_DIGITS = 6;
    /** Differs from write to write, and gives watchers the time of sending. */
    private static final String SENT = "bench-sent";

    private static final byte[] SENT_MARK = ("\"" + SENT + "\":\"").getBytes(StandardCharsets.UTF_8);
    private static final int[] SKIPS = skips();
    private static final Pattern RESOURCE_VERSION = Pattern.compile("\"resourceVersion\":\\s*\"[^\"]*\",?");

    private final Kind kind;
    private final String namespace;
    private final String prefix;

    /** The kinds that can be loaded. */
    enum Kind {
        CONFIGMAPS,
        SECRETS,
        PODS;

        static Kind of(String text) {
            return switch (text) {
                case "configmaps" -> CONFIGMAPS;
                case "secrets" -> SECRETS;
                case "pods" -> PODS;
                default -> throw new IllegalArgumentException("--kind is configmaps, secrets or pods, not " + text);
            };
        }

        String plural() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    BenchObjects(Kind kind, String namespace, String prefix) {
        this.kind = kind;
        this.namespace = namespace;
        this.prefix = prefix;
    }

    String collection() {
        return "/api/v1/namespaces/" + namespace + "/" + kind.plural();
    }

    String path(int number) {
        return collection() + "/" + name(number);
    }

    private String name(int number) {
        String digits = Integer.toString(number);
        return prefix + "-" + "0".repeat(Math.max(0, NAME_DIGITS - digits.length())) + digits;
    }

    byte[] body(int number) {
        String bare = body(number, "");
        return body(number, "x".repeat(Math.max(0, OBJECT_BYTES - bare.length())))
                .getBytes(StandardCharsets.UTF_8);
    }

    private String body(int number, String padding) {
        return switch (kind) {
            case CONFIGMAPS -> """
                {"apiVersion":"v1","kind":"ConfigMap",%s,"data":{"padding":"%s"}}""".formatted(metadata(number), padding);
            // Any base64 will do: it comes in fours.
            case SECRETS -> """
                {"apiVersion":"v1","kind":"Secret",%s,"data":{"padding":"%s"}}""".formatted(metadata(number), padding.substring(0, padding.length() & ~3));
            // No scheduler has this name: the pods load the API but no node.
            case PODS -> """
                {"apiVersion":"v1","kind":"Pod",%s,"spec":{"schedulerName":"bench-none","automountServiceAccountToken":false,\
                "containers":[{"name":"main","image":"bench:none","env":[{"name":"PADDING","value":"%s"}],\
                "resources":{"requests":{"cpu":"1m","memory":"1Mi"}}}]}}""".formatted(metadata(number), padding);
        };
    }

    private String metadata(int number) {
        return """
                "metadata":{"name":"%s","namespace":"%s","labels":{"bench":"%s","hundredth":"%d"},"annotations":{"%s":"%d"}}""".formatted(name(number), namespace, prefix, number % 100, SENT, 0);
    }

    /** A stored object as the body of an update: without resourceVersion, with the time of sending. */
    static byte[] updated(byte[] stored) {
        String text = RESOURCE_VERSION
                .matcher(new String(stored, StandardCharsets.UTF_8))
                .replaceFirst("");
        return text.replaceFirst("\"" + SENT + "\":\\s*\"[0-9]*\"", "\"" + SENT + "\":\"" + System.nanoTime() + "\"")
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] mergePatch() {
        return ("{\"metadata\":{\"annotations\":{\"" + SENT + "\":\"" + System.nanoTime() + "\"}}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The position of the next time of sending in a text, within a range; -1 if there is none. */
    static int sentAt(byte[] text, int from, int to) {
        int last = SENT_MARK.length - 1;
        int at = from;
        while (at + last < to) {
            byte end = text[at + last];
            if (end == SENT_MARK[last] && Arrays.equals(text, at, at + last, SENT_MARK, 0, last)) {
                return at + SENT_MARK.length;
            }
            at += end >= 0 ? SKIPS[end] : SENT_MARK.length;
        }
        return -1;
    }

    /** How far to advance if the last compared byte is this one (Boyer, Moore and Horspool's rule). */
    private static int[] skips() {
        int[] skips = new int[128];
        Arrays.fill(skips, SENT_MARK.length);
        for (int i = 0; i < SENT_MARK.length - 1; i++) {
            skips[SENT_MARK[i]] = SENT_MARK.length - 1 - i;
        }
        return skips;
    }

    /** The time of sending, by {@link System#nanoTime}, at a position. */
    static long sentNanos(byte[] text, int from, int to) {
        long value = 0;
        for (int at = from; at < to && text[at] >= '0' && text[at] <= '9'; at++) {
            value = value * 10 + text[at] - '0';
        }
        return value;
    }
}
