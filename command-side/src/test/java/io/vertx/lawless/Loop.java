/** Represents Vert.x, which this module must not see. */
package io.vertx.lawless;

public final class Loop {}
