/** Represents the client library, which this module must not see. */
package org.apache.kafka.lawless;

public final class Producer {}
