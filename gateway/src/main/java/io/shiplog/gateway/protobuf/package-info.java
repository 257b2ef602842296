/**
 * Bodies in Kubernetes' protobuf encoding become JSON: some clients send no other, whatever the server says. Loaded when the
 * first such body comes; answers are always JSON. Depends on the message types of client-java-proto.
 */
@NullMarked
package io.shiplog.gateway.protobuf;

import org.jspecify.annotations.NullMarked;
