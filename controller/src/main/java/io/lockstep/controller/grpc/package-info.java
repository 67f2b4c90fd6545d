/**
 * The wire: the two services that the controller offers, and its way to the agents.
 *
 * <p>Guarantees: nothing here decides anything; what comes from the wire is checked before anybody else sees it, and a message that
 * makes no sense is refused with the name of its field; a slow or vanished caller holds up nobody.
 */
@NullMarked
package io.lockstep.controller.grpc;

import org.jspecify.annotations.NullMarked;
