/**
 * What an agent must not forget: claims, acquisitions, reservations, open handovers, epochs.
 *
 * <p>Guarantee: nothing is promised to libvirt or to another host before it is on disk and synced. The file is always whole: it
 * is replaced, never written in place.
 */
@NullMarked
package io.lockstep.agent.state;

import org.jspecify.annotations.NullMarked;
