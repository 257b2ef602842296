package io.shiplog.gateway.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the links of an HTML page as it passes, in pieces of any size. All other bytes stay as they are: the page is read as ISO 8859-1, so that no
 * byte can be lost. A tag longer than the limit passes unchanged.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/parsing.html#tokenization">HTML, tokenization</a>
 */
final class HtmlLinks {
    /** Of one tag. */
    static final int MAX_TAG = 8 * 1024;

    /** The attributes that are links, by element. */
    private static final Map<String, Set<String>> LINKS = Map.ofEntries(
            Map.entry("a", Set.of("href")),
            Map.entry("applet", Set.of("codebase")),
            Map.entry("area", Set.of("href")),
            Map.entry("audio", Set.of("src")),
            Map.entry("base", Set.of("href")),
            Map.entry("blockquote", Set.of("cite")),
            Map.entry("body", Set.of("background")),
            Map.entry("button", Set.of("formaction")),
            Map.entry("command", Set.of("icon")),
            Map.entry("del", Set.of("cite")),
            Map.entry("embed", Set.of("src")),
            Map.entry("form", Set.of("action")),
            Map.entry("frame", Set.of("longdesc", "src")),
            Map.entry("head", Set.of("profile")),
            Map.entry("html", Set.of("manifest")),
            Map.entry("iframe", Set.of("longdesc", "src")),
            Map.entry("img", Set.of("longdesc", "src", "usemap")),
            Map.entry("input", Set.of("src", "usemap", "formaction")),
            Map.entry("ins", Set.of("cite")),
            Map.entry("link", Set.of("href")),
            Map.entry("object", Set.of("classid", "codebase", "data", "usemap")),
            Map.entry("q", Set.of("cite")),
            Map.entry("script", Set.of("src")),
            Map.entry("source", Set.of("src")),
            Map.entry("video", Set.of("poster", "src")));

    /** Elements whose content has no tags. */
    private static final Set<String> RAW =
            Set.of("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript");

    private static final String COMMENT = "<!--";
    private static final String COMMENT_END = "-->";

    private final UnaryOperator<String> rewriting;
    private final StringBuilder held = new StringBuilder();
    private String raw = "";
    private boolean within;

    HtmlLinks(UnaryOperator<String> rewriting) {
        this.rewriting = rewriting;
    }

    /** What can be sent on after these bytes. */
    byte[] pass(byte[] bytes) {
        held.append(new String(bytes, StandardCharsets.ISO_8859_1));
        StringBuilder out = new StringBuilder();
        int done = 0;
        while (done < held.length()) {
            int next = within ? endOfLongTag(out, done) : step(out, done);
            if (next == done) {
                break;
            }
            done = next;
        }
        held.delete(0, done);
        if (held.length() > MAX_TAG) {
            within = !held.toString().startsWith(COMMENT) && raw.isEmpty();
            out.append(held);
            held.setLength(0);
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The rest, at the end of the page. */
    byte[] end() {
        byte[] rest = held.toString().getBytes(StandardCharsets.ISO_8859_1);
        held.setLength(0);
        return rest;
    }

    private int endOfLongTag(StringBuilder out, int from) {
        int end = held.indexOf(">", from);
        int to = end < 0 ? held.length() : end + 1;
        out.append(held, from, to);
        within = end < 0;
        return to;
    }

    /** The end of the text, comment or tag that begins there; where it begins if more must come first. */
    private int step(StringBuilder out, int from) {
        int open = held.indexOf("<", from);
        if (open != from) {
            int to = open < 0 ? held.length() : open;
            out.append(held, from, to);
            return to;
        }
        if (!raw.isEmpty()) {
            return rawText(out, from);
        }
        if (startsWith(COMMENT, from)) {
            int end = held.indexOf(COMMENT_END, from + 2);
            return end < 0 ? from : copy(out, from, end + COMMENT_END.length());
        }
        if (held.length() < from + COMMENT.length()) {
            return from;
        }
        if (!isLetter(held.charAt(from + 1))) {
            return copy(out, from, from + 1);
        }
        int end = endOfTag(from + 1);
        if (end < 0) {
            return from;
        }
        tag(out, from, end);
        return end;
    }

    private int rawText(StringBuilder out, int from) {
        String close = "</" + raw;
        if (held.length() < from + close.length()) {
            return close.startsWith(held.substring(from).toLowerCase(Locale.ROOT)) ? from : copy(out, from, from + 1);
        }
        if (startsWith(close, from)) {
            raw = "";
        }
        return copy(out, from, from + 1);
    }

    private int copy(StringBuilder out, int from, int to) {
        out.append(held, from, to);
        return to;
    }

    private boolean startsWith(String text, int from) {
        return held.length() >= from + text.length()
                && held.substring(from, from + text.length()).equalsIgnoreCase(text);
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }

    /** Behind the tag; -1 if it has no end yet. A {@code >} in quotes is none, but quotes only begin a value. */
    private int endOfTag(int from) {
        char quote = 0;
        char before = 0;
        for (int at = from; at < held.length(); at++) {
            char c = held.charAt(at);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '>') {
                return at + 1;
            } else if ((c == '"' || c == '\'') && before == '=') {
                quote = c;
            }
            before = isSpace(c) ? before : c;
        }
        return -1;
    }

    private void tag(StringBuilder out, int from, int end) {
        int at = from + 1;
        while (at < end && !isSpace(held.charAt(at)) && held.charAt(at) != '>' && held.charAt(at) != '/') {
            at++;
        }
        String name = held.substring(from + 1, at).toLowerCase(Locale.ROOT);
        Set<String> links = LINKS.getOrDefault(name, Set.of());
        int copied = from;
        Attribute attribute = next(at, end);
        while (attribute != null) {
            if (links.contains(attribute.name()) && attribute.from() < attribute.to()) {
                out.append(held, copied, attribute.from());
                out.append(rewriting.apply(held.substring(attribute.from(), attribute.to())));
                copied = attribute.to();
            }
            attribute = next(attribute.next(), end);
        }
        out.append(held, copied, end);
        raw = RAW.contains(name) && held.charAt(end - 2) != '/' ? name : "";
    }

    /** @param from of the value, without quotes */
    private record Attribute(String name, int from, int to, int next) {}

    private @Nullable Attribute next(int from, int end) {
        int at = from;
        while (at < end && (isSpace(held.charAt(at)) || held.charAt(at) == '/')) {
            at++;
        }
        int nameFrom = at;
        while (at < end && !isSpace(held.charAt(at)) && "=/>".indexOf(held.charAt(at)) < 0) {
            at++;
        }
        if (at >= end || held.charAt(nameFrom) == '>') {
            return null;
        }
        String name = held.substring(nameFrom, at).toLowerCase(Locale.ROOT);
        int equals = at;
        while (equals < end && isSpace(held.charAt(equals))) {
            equals++;
        }
        if (held.charAt(equals) != '=') {
            return new Attribute(name, at, at, Math.max(at, nameFrom + 1));
        }
        int value = equals + 1;
        while (value < end && isSpace(held.charAt(value))) {
            value++;
        }
        char quote = held.charAt(value);
        if (quote == '"' || quote == '\'') {
            int close = held.indexOf(String.valueOf(quote), value + 1);
            return new Attribute(name, value + 1, close, close + 1);
        }
        int close = value;
        while (close < end && !isSpace(held.charAt(close)) && held.charAt(close) != '>') {
            close++;
        }
        return new Attribute(name, value, close, close);
    }
}
