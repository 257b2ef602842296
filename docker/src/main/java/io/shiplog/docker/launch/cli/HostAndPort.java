package io.shiplog.docker.launch.cli;

/** {@code host:port}. */
public record HostAndPort(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException if the text is invalid */
    public static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0 && text.substring(colon + 1).matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port <= MAX_PORT) {
                return new HostAndPort(text.substring(0, colon), port);
            }
        }
        throw new IllegalArgumentException("'%s' is not HOST:PORT".formatted(text));
    }
}
