package io.lockstep.core.xml;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A document that was read whole and found well-formed.
 *
 * @param text exactly as it came, without a byte order mark
 */
public record XmlDocument(String text, XmlElement root) {

    /** libvirt's own documents are a few thousand bytes; a thousand disks make half a million. */
    public static final int MOST_BYTES = 8 << 20;

    public static final int DEEPEST = 256;

    /** Elements that are kept, not those that are passed over: what bounds the memory. */
    static final int MOST_KEPT = 100_000;

    static final int MOST_NAMESPACES = 256;

    private static final String MOST_ATTRIBUTES = "200";

    /**
     * @param elements which elements to keep, by {@link XmlElement#name}; a child of one that is not kept is not kept either
     * @param attributes which attributes to keep; those of a namespace never are
     * @throws XmlRefusedException when it is no document that libvirt could have written, or too large
     */
    public static XmlDocument read(byte[] xml, Set<String> elements, Set<String> attributes)
            throws XmlRefusedException {
        if (xml.length > MOST_BYTES) {
            throw new XmlRefusedException(
                    "it is " + (xml.length >> 20) + " MB long; at most " + (MOST_BYTES >> 20) + " MB are read");
        }
        String text = decode(xml);
        if (text.isBlank()) {
            throw new XmlRefusedException("it is empty");
        }
        try {
            XMLStreamReader reader = factory().createXMLStreamReader(new StringReader(text));
            checkEncoding(reader);
            return new XmlDocument(text, new XmlTreeReader(reader, elements, attributes).read());
        } catch (XMLStreamException e) {
            throw new XmlRefusedException(words(e));
        } catch (RuntimeException e) {
            // The JDK's parser meets some malformed documents with a RuntimeException of its own.
            throw new XmlRefusedException("it is not well-formed XML (" + e + ")");
        }
    }

    private static XMLInputFactory factory() {
        // The JDK's own: another implementation on the class path has other defaults.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        // The JDK counts the document itself as an entity and would end it at 100,000 characters: here MOST_BYTES
        // bounds it. The depth
        // is counted in XmlTreeReader, which says what is wrong.
        factory.setProperty("jdk.xml.maxGeneralEntitySizeLimit", "0");
        factory.setProperty("jdk.xml.totalEntitySizeLimit", "0");
        factory.setProperty("jdk.xml.maxElementDepth", "0");
        factory.setProperty("jdk.xml.elementAttributeLimit", MOST_ATTRIBUTES);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing outside the document is read");
        });
        return factory;
    }

    /** libvirt writes UTF-8 and nothing else, so nothing else is guessed at. */
    private static String decode(byte[] xml) throws XmlRefusedException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(xml))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new XmlRefusedException("it is not UTF-8, which is what libvirt writes");
        }
    }

    private static void checkEncoding(XMLStreamReader reader) throws XmlRefusedException {
        Optional<String> declared = Optional.ofNullable(reader.getCharacterEncodingScheme());
        if (declared.isPresent()
                && !Set.of("utf-8", "us-ascii", "ascii").contains(declared.get().toLowerCase(Locale.ROOT))) {
            throw new XmlRefusedException("it declares the encoding \"" + declared.get() + "\"; libvirt writes UTF-8");
        }
    }

    /** The JDK's message is {@code ParseError at [row,col]:[1,5]\nMessage: …}. */
    private static String words(XMLStreamException e) {
        String message = Optional.ofNullable(e.getMessage()).orElse("no reason given");
        int text = message.indexOf("Message: ");
        String where =
                e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNumber() + ")";
        return "it is not well-formed XML" + where + ": "
                + (text < 0 ? message : message.substring(text + "Message: ".length()));
    }
}
