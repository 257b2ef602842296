package io.shiplog.command.kind.core.pod;

import java.util.regex.Pattern;

/** The relevant parts of a container image's name. */
public final class ImageName {
    private static final int MAX_NAME = 255;

    /**
     * A reference to an image.
     *
     * @see <a href="https://github.com/distribution/reference/blob/main/regexp.go">The grammar of references</a>
     */
    private static final Pattern REFERENCE = Pattern.compile(
            "((localhost|[a-zA-Z0-9-]*[A-Z][a-zA-Z0-9-]*|[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)+|[a-zA-Z0-9-]+(?=:[0-9]+/))(:[0-9]+)?/)?"
                    + "[a-z0-9]++(([_.]|__|-+)[a-z0-9]++)*+(/[a-z0-9]++(([_.]|__|-+)[a-z0-9]++)*+)*+"
                    + "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@[A-Za-z][A-Za-z0-9]*+([-_+.][A-Za-z][A-Za-z0-9]*+)*+:[0-9a-fA-F]{32,})?");

    private ImageName() {}

    /** The tag; {@code latest} if there is neither tag nor digest; empty with only a digest, or for no valid reference. */
    static String tag(String image) {
        int end = image.indexOf('@') < 0 ? image.length() : image.indexOf('@');
        if (end > MAX_NAME || !REFERENCE.matcher(image).matches()) {
            return "";
        }
        int at = image.indexOf('@');
        String named = at < 0 ? image : image.substring(0, at);
        int colon = named.lastIndexOf(':');
        if (colon > named.lastIndexOf('/')) {
            return named.substring(colon + 1);
        }
        return at < 0 ? "latest" : "";
    }
}
