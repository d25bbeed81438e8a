// SPDX-License-Identifier: LGPL-3.0-or-later
#include "thumbnail.h"

#include "files/inside.h"

#include <QFile>
#include <QImageReader>
#include <QImageWriter>

#include <stdexcept>

namespace dragonscales::plugins::image {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kAllocationMiB = 256;
constexpr int kDefaultSide = 256;
constexpr int kMaxSide = 4096;

// Pixels only: formats such as SVG may name further files.
bool isPixelFormat(const QByteArray &format)
{
    static const QList<QByteArray> kFormats{"png",  "jpeg", "jpg", "gif", "bmp", "webp",
                                            "tiff", "tif",  "ppm", "pgm", "pbm", "ico"};
    return kFormats.contains(format.toLower());
}

sdk::Outcome<QSize> boxFrom(const QJsonObject &params)
{
    const QSize box(params.value("width"_L1).toInt(kDefaultSide), params.value("height"_L1).toInt(kDefaultSide));
    if (box.width() < 1 || box.height() < 1 || box.width() > kMaxSide || box.height() > kMaxSide) {
        return sdk::fail(u"width and height must be from 1 to %1"_s.arg(kMaxSide));
    }
    return box;
}

QSize fitting(const QSize &size, const QSize &box)
{
    if (size.width() <= box.width() && size.height() <= box.height()) {
        return size;
    }
    return size.scaled(box, Qt::KeepAspectRatio).expandedTo({1, 1});
}

sdk::Outcome<QImage> readFitting(QFile &file, const QString &path, const QSize &box)
{
    QImageReader::setAllocationLimit(kAllocationMiB);
    QImageReader reader(&file);
    reader.setDecideFormatFromContent(true);
    reader.setAutoTransform(true);
    if (!reader.canRead() || !isPixelFormat(reader.format())) {
        return sdk::fail(u"\"%1\" is not a picture of a known format"_s.arg(path));
    }
    if (const QSize size = reader.size(); size.isValid()) {
        // Reduced while it is decoded, which JPEG does cheaply; as stored, so before it is turned upright.
        const bool sideways = reader.transformation().testFlag(QImageIOHandler::TransformationRotate90);
        reader.setScaledSize(fitting(size, sideways ? box.transposed() : box));
    }
    const QImage picture = reader.read();
    if (picture.isNull()) {
        return sdk::fail(u"\"%1\" cannot be read as a picture: %2"_s.arg(path, reader.errorString()));
    }
    const QSize size = fitting(picture.size(), box);
    return size == picture.size() ? picture : picture.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

} // namespace

Thumbnail::Thumbnail(const sdk::Args &args)
    : m_format(args.json.object().value("format"_L1).toString(u"png"_s).toLatin1())
{
    const QString directory = args.json.object().value("directory"_L1).toString();
    if (directory.isEmpty()) {
        throw std::invalid_argument("\"directory\" in args must name a folder");
    }
    m_directory = args.path(directory);
    if (!isPixelFormat(m_format) || !QImageWriter::supportedImageFormats().contains(m_format)) {
        throw std::invalid_argument("\"format\" in args names a picture format that cannot be written here: " +
                                    m_format.toStdString());
    }
}

sdk::Outcome<sdk::TaskResult> Thumbnail::run(const sdk::Json &params, sdk::Context &context)
{
    const QJsonObject object = params.object();
    const auto box = boxFrom(object);
    if (!box) {
        return tl::unexpected(box.error());
    }
    const QString path = object.value("path"_L1).toString();
    auto opened = plugins::openInside(m_directory, path);
    if (!opened) {
        return tl::unexpected(opened.error());
    }
    QFile file;
    if (!file.open(opened->descriptor.get(), QIODevice::ReadOnly)) {
        return sdk::fail(u"\"%1\" cannot be read: %2"_s.arg(path, file.errorString()));
    }
    const auto picture = readFitting(file, path, *box);
    if (!picture) {
        return tl::unexpected(picture.error());
    }
    if (context.stopRequested()) {
        return sdk::fail(u"stopped before the thumbnail was written"_s);
    }
    const QString target = context.scratchFolder() + u"/thumbnail."_s + QString::fromLatin1(m_format);
    QImageWriter writer(target, m_format);
    if (!writer.write(*picture)) {
        return sdk::fail(u"the thumbnail cannot be written to %1: %2"_s.arg(target, writer.errorString()));
    }
    return sdk::TaskResult(sdk::File{target, u"image/"_s + QString::fromLatin1(m_format)});
}

} // namespace dragonscales::plugins::image
