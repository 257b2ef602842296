package io.shiplog.node.pod.container;

import io.shiplog.node.reference.UnresolvedException;
import java.util.Map;

/**
 * Expands {@code $(NAME)} for one container and counts the size of its environment, command and arguments: a value that names
 * another one twice doubles it, and a Secret of 1 MiB may be named many times.
 *
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/master/third_party/forked/golang/expansion/expand.go">expand</a>
 */
public final class Expansion {
    /** Linux starts no program with more: a quarter of the usual stack limit of 8 MiB. */
    static final int MAX_CHARACTERS = 2 * 1024 * 1024;

    private int left = MAX_CHARACTERS;

    /**
     * The same text, counted.
     *
     * @throws UnresolvedException if all texts so far exceed {@link #MAX_CHARACTERS}
     */
    String counted(String text) throws UnresolvedException {
        check(text.length());
        left -= text.length();
        return text;
    }

    private void check(int length) throws UnresolvedException {
        if (length > left) {
            throw new UnresolvedException("environment, command and arguments of the container exceed %d characters"
                    .formatted(MAX_CHARACTERS));
        }
    }

    /**
     * The text with values in place of {@code $(NAME)}; {@code $$} is a dollar sign, an unknown name stays unchanged.
     *
     * @throws UnresolvedException if all texts so far exceed {@link #MAX_CHARACTERS}
     */
    public String of(String text, Map<String, String> env) throws UnresolvedException {
        StringBuilder expanded = new StringBuilder();
        int lastEnd = text.lastIndexOf(')');
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                expanded.append(c);
                at++;
            } else if (text.charAt(at + 1) == '$') {
                expanded.append('$');
                at += 2;
            } else if (text.charAt(at + 1) == '(' && at < lastEnd) {
                int end = text.indexOf(')', at);
                String name = text.substring(at + 2, end);
                expanded.append(env.getOrDefault(name, "$(" + name + ")"));
                check(expanded.length());
                at = end + 1;
            } else {
                expanded.append('$');
                at++;
            }
        }
        return counted(expanded.toString());
    }
}
