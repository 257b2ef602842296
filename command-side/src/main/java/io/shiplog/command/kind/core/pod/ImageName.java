package io.shiplog.command.kind.core.pod;

/** The relevant parts of a container image's name. */
public final class ImageName {
    private ImageName() {}

    /** The tag; {@code latest} if there is neither tag nor digest; empty with only a digest. */
    static String tag(String image) {
        int at = image.indexOf('@');
        String named = at < 0 ? image : image.substring(0, at);
        int colon = named.lastIndexOf(':');
        if (colon > named.lastIndexOf('/')) {
            return named.substring(colon + 1);
        }
        return at < 0 ? "latest" : "";
    }
}
