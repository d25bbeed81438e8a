// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/trust.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;
using namespace dragonscales;

class TrustTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void ownFilesAreFine();
    void refusesWhatOthersCanWrite_data();
    void refusesWhatOthersCanWrite();
    void stickyFolderAboveIsFine();
    void stickyFolderItselfIsNot();
    void refusesOtherUsers();
    void followsLinks();
    void endsInALoop();
    void namesWhatIsMissing();

private:
    QString path(const QString &name) const { return m_folder->filePath(name); }
    static void setMode(const QString &path, mode_t mode)
    {
        QCOMPARE(chmod(QFile::encodeName(path).constData(), mode), 0);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TrustTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkpath(u"a/it's"_s));
    QFile library(path(u"a/it's/x.so"_s));
    QVERIFY(library.open(QIODevice::WriteOnly));
    for (const auto &folder : {u"a"_s, u"a/it's"_s}) {
        setMode(path(folder), 0755);
    }
    setMode(library.fileName(), 0644);
}

void TrustTest::ownFilesAreFine()
{
    QVERIFY(core::checkTrusted(path(u"a/it's/x.so"_s)).has_value());
    QVERIFY(core::checkTrusted(path(u"a"_s)).has_value());
    QVERIFY(core::checkTrusted(u"/usr/lib"_s).has_value());
}

void TrustTest::refusesWhatOthersCanWrite_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<uint>("mode");
    QTest::newRow("group, library") << u"a/it's/x.so"_s << 0664U;
    QTest::newRow("all, library") << u"a/it's/x.so"_s << 0646U;
    QTest::newRow("group, its folder") << u"a/it's"_s << 0775U;
    QTest::newRow("all, folder above") << u"a"_s << 0757U;
}

void TrustTest::refusesWhatOthersCanWrite()
{
    QFETCH(QString, name);
    QFETCH(uint, mode);
    setMode(path(name), mode);
    const auto trusted = core::checkTrusted(path(u"a/it's/x.so"_s));
    QVERIFY(!trusted.has_value());
    QCOMPARE(trusted.error().code, core::ErrorCode::Forbidden);
    QCOMPARE(trusted.error().where, path(name));
    const QString quoted = u'\'' + path(name).replace(u"'"_s, u"'\\''"_s) + u'\'';
    QVERIFY2(trusted.error().message.contains(u"chmod go-w "_s + quoted), qPrintable(trusted.error().message));
}

void TrustTest::stickyFolderAboveIsFine()
{
    setMode(path(u"a"_s), 01777);
    QVERIFY(core::checkTrusted(path(u"a/it's/x.so"_s)).has_value());
}

void TrustTest::stickyFolderItselfIsNot()
{
    setMode(path(u"a"_s), 01777); // others may put plugins there
    QVERIFY(!core::checkTrusted(path(u"a"_s)).has_value());
}

void TrustTest::refusesOtherUsers()
{
    if (geteuid() != 0) {
        QSKIP("only root can give files away");
    }
    QCOMPARE(chown(QFile::encodeName(path(u"a/it's"_s)).constData(), 12345, 12345), 0);
    const auto trusted = core::checkTrusted(path(u"a/it's/x.so"_s));
    QVERIFY(!trusted.has_value());
    QVERIFY(trusted.error().message.contains(u"12345"_s));
}

void TrustTest::followsLinks()
{
    QVERIFY(QFile::link(path(u"a/it's"_s), path(u"link"_s)));
    QVERIFY(core::checkTrusted(path(u"link/x.so"_s)).has_value());
    setMode(path(u"a"_s), 0777);
    const auto trusted = core::checkTrusted(path(u"link/x.so"_s));
    QVERIFY(!trusted.has_value());
    QCOMPARE(trusted.error().where, path(u"a"_s));
}

void TrustTest::endsInALoop()
{
    QVERIFY(QFile::link(path(u"loop"_s), path(u"loop"_s)));
    QVERIFY(!core::checkTrusted(path(u"loop/x.so"_s)).has_value());
}

void TrustTest::namesWhatIsMissing()
{
    const auto trusted = core::checkTrusted(path(u"gone/x.so"_s));
    QVERIFY(!trusted.has_value());
    QCOMPARE(trusted.error().code, core::ErrorCode::NotFound);
    QCOMPARE(trusted.error().where, path(u"gone"_s));
}

QTEST_GUILESS_MAIN(TrustTest)
#include "tst_trust.moc"
