@NullMarked
package io.lockstep.agent.libvirt;

import org.jspecify.annotations.NullMarked;
