/**
 * Both sides of a handover on this host. Each side decides alone; the controller is asked only to open one.
 */
@NullMarked
package io.lockstep.agent.handover;

import org.jspecify.annotations.NullMarked;
