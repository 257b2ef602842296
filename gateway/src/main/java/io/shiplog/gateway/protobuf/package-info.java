/**
 * Converts bodies in Kubernetes' protobuf encoding to JSON: some clients send no other, whatever the server accepts. Loaded
 * with the first such body; answers are always JSON. Depends on the message types of client-java-proto.
 */
@NullMarked
package io.shiplog.gateway.protobuf;

import org.jspecify.annotations.NullMarked;
