package io.shiplog.gateway.view;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Objects without their {@code kind} and {@code apiVersion}, cut out of their bytes: nothing is parsed. */
final class Untyped {
    private static final byte[] KIND = "\"kind\"".getBytes(StandardCharsets.UTF_8);
    private static final byte[] API_VERSION = "\"apiVersion\"".getBytes(StandardCharsets.UTF_8);

    private final byte[] json;
    private int at = 1;

    private Untyped(byte[] json) {
        this.json = json;
    }

    /**
     * The same object without the two fields.
     *
     * @param json an object in UTF-8 without white space between its tokens, as objects are stored
     */
    static byte[] of(byte[] json) {
        return new Untyped(json).cut();
    }

    private byte[] cut() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length);
        out.write('{');
        int found = 0;
        while (found < 2 && json[at] == '"') {
            int start = at;
            text();
            boolean type = is(KIND, start) || is(API_VERSION, start);
            at++;
            value();
            if (type) {
                found++;
            } else {
                separate(out);
                out.write(json, start, at - start);
            }
            if (json[at] == ',') {
                at++;
            }
        }
        if (json[at] != '}') {
            separate(out);
        }
        out.write(json, at, json.length - at);
        return out.toByteArray();
    }

    private static void separate(ByteArrayOutputStream out) {
        if (out.size() > 1) {
            out.write(',');
        }
    }

    private boolean is(byte[] name, int start) {
        return Arrays.equals(json, start, at, name, 0, name.length);
    }

    /** Moves behind the text that begins here. */
    private void text() {
        at++;
        while (json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        at++;
    }

    /** Moves behind the value that begins here. */
    private void value() {
        int depth = 0;
        do {
            switch (json[at]) {
                case '"' -> {
                    text();
                    continue;
                }
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            at++;
        } while (depth > 0 || (json[at] != ',' && json[at] != '}'));
    }
}
