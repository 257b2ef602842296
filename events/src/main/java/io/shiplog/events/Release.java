package io.shiplog.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build, and of the Kubernetes API that it serves. */
public final class Release {
    /** The Kubernetes release whose API is served. */
    public static final String KUBERNETES = "v1.36.0";

    private static final String VERSION = read();

    private Release() {}

    /** Shiplog's version, set by the build. */
    public static String version() {
        return VERSION;
    }

    /** {@code v1.36.0+shiplog.0.1.0}: the version that nodes and servers report. */
    public static String gitVersion() {
        return KUBERNETES + "+shiplog." + VERSION;
    }

    private static String read() {
        try (InputStream in = Release.class.getResourceAsStream("release.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
