package io.shiplog.command.kind;

/** The parts of a container image's name that matter before it is pulled. */
final class ImageName {
    private ImageName() {}

    /** The tag; {@code latest} where there is neither tag nor digest; empty with a digest alone. */
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
