package io.shiplog.node.image;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image's name for a registry, without tag and digest.
 *
 * @param registry host and port; defaults to {@code docker.io}
 * @param path the repository in that registry, {@code library/nginx} for {@code nginx}
 * @see <a href="https://github.com/distribution/reference/blob/main/reference.go">the grammar</a>
 */
public record ImageReference(String registry, String path) {
    static final String DOCKER_HUB = "docker.io";

    /** The part before the first slash is a host if it has a dot or a port, or is localhost; else it is part of the path. */
    private static final String HOST = "(?<host>(?:localhost|%1$s(?:\\.%1$s)+)(?::[0-9]+)?|%1$s:[0-9]+)"
            .formatted("[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?");

    private static final String WORD = "[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*";
    private static final String TAG = "[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}";
    private static final String DIGEST = "[a-zA-Z][a-zA-Z0-9]*(?:[-_+.][a-zA-Z][a-zA-Z0-9]*)*:[0-9a-fA-F]{32,}";
    private static final Pattern GRAMMAR =
            Pattern.compile("(?:%s/)?(?<path>%s(?:/%s)*)(?::%s)?(?:@%s)?".formatted(HOST, WORD, WORD, TAG, DIGEST));

    /** Longer names are refused by registries, and too expensive to parse. */
    private static final int MAX_LENGTH = 255 + 1 + 128 + 1 + 200;

    /** Parses a reference such as {@code registry.example.org:5000/team/app:1.2@sha256:…}; empty if it is invalid. */
    public static Optional<ImageReference> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher matcher = GRAMMAR.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String host = matcher.group("host");
        String path = matcher.group("path");
        if (host != null && !host.equals(DOCKER_HUB)) {
            return Optional.of(new ImageReference(host, path));
        }
        return Optional.of(new ImageReference(DOCKER_HUB, path.contains("/") ? path : "library/" + path));
    }
}
