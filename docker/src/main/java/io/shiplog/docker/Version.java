package io.shiplog.docker;

/** What this build calls itself. */
public final class Version {
    /** Of Shiplog. */
    public static final String TEXT = "0.1.0";

    private Version() {}
}
